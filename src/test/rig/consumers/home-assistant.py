"""home-assistant.py CAMERA PORT [USER PASSWORD]: what Home Assistant's own code makes of a camera's address, such as http://127.0.0.1:8080/demo/

The checks that its forms make when somebody adds a Generic Camera (the still, the stream) and an MJPEG IP Camera, and a still of the latter's entity, out of its
stream too. With USER and PASSWORD the same with Basic, and a wrong password has to be refused. Ends with 1 if one refuses.
"""

import asyncio
import sys
import tempfile

from hass import core
from homeassistant.const import __version__
from homeassistant.setup import async_setup_component

camera = sys.argv[1]
PORT = int(sys.argv[2])  # of its own HTTP server, which its stream component wants
user, password = sys.argv[3:5] if len(sys.argv) > 4 else ("", "")
AS = f"Home Assistant {__version__}{', with name and password' if user else ''}"


async def still(hass, password, stills):
    """Returns whether an MJPEG IP Camera has a picture; out of its stream where it has no address of stills."""
    from homeassistant.components.mjpeg.camera import MjpegCamera

    entity = MjpegCamera(
        name="camera",
        mjpeg_url=camera + "stream.mjpg",
        still_image_url=camera + "snapshot.jpg" if stills else None,
        authentication="basic",
        username=user or None,
        password=password,
        verify_ssl=True,
        unique_id="camera",
        device_info=None,
    )
    entity.hass = hass
    try:
        picture = await entity.async_camera_image()
    except Exception as failed:
        print(f"{AS}: {type(failed).__name__}: {failed}", file=sys.stderr)
        return False
    return bool(picture) and picture[:3] == b"\xff\xd8\xff"


async def main():
    refused = 0
    with tempfile.TemporaryDirectory() as folder:
        hass = await core(folder, PORT)
        assert await async_setup_component(hass, "stream", {})
        from homeassistant.components.generic import config_flow as generic
        from homeassistant.components.mjpeg import config_flow as mjpeg

        named = {"username": user, "password": password} if user else {}
        form = {
            "still_image_url": camera + "snapshot.jpg",
            "verify_ssl": True,
            "authentication": "basic",
            "limit_refetch_to_url_change": False,
            "framerate": 2,
        } | named
        errors, kind = await generic.async_test_still(hass, form)
        print(f"{AS}: Generic Camera, still image: {errors or kind}")
        refused += bool(errors) or kind != "image/jpeg"
        for stream in ("stream.mp4", "hls/index.m3u8", "stream.flv"):
            errors = await generic.async_test_stream(hass, form | {"stream_source": camera + stream})
            print(f"{AS}: Generic Camera, {stream}: {errors or 'taken'}")
            refused += bool(errors)
        form = {"mjpeg_url": camera + "stream.mjpg", "still_image_url": camera + "snapshot.jpg", "verify_ssl": True}
        errors, _ = await mjpeg.async_validate_input(hass, form | {"username": user, "password": password})
        print(f"{AS}: MJPEG IP Camera: {errors or 'taken'}")
        refused += bool(errors)
        for stills in (True, False):
            seen = await still(hass, password, stills)
            print(f"{AS}: MJPEG IP Camera, a picture {'by itself' if stills else 'of the stream'}: {'shown' if seen else 'none'}")
            refused += not seen
        if user:
            errors, _ = await mjpeg.async_validate_input(hass, form | {"username": user, "password": "wrong"})
            print(f"{AS}: a wrong password: {errors or 'taken'}")
            refused += not errors
        await hass.async_stop(force=True)
    sys.exit(1 if refused else 0)


asyncio.run(main())
