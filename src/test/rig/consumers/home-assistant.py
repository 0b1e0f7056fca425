"""home-assistant.py CAMERA: what Home Assistant's own code makes of a camera's address, such as http://127.0.0.1:8080/demo/

The checks that its forms make when somebody adds a Generic Camera (the still, the stream) and an MJPEG IP Camera. Ends with 1 if one refuses.
"""

import asyncio
import sys
import tempfile

from hass import core
from homeassistant.const import __version__
from homeassistant.setup import async_setup_component

camera = sys.argv[1]
PORT = int(sys.argv[2])  # of its own HTTP server, which its stream component wants


async def main():
    refused = 0
    with tempfile.TemporaryDirectory() as folder:
        hass = await core(folder, PORT)
        assert await async_setup_component(hass, "stream", {})
        from homeassistant.components.generic import config_flow as generic
        from homeassistant.components.mjpeg import config_flow as mjpeg

        form = {
            "still_image_url": camera + "snapshot.jpg",
            "verify_ssl": True,
            "authentication": "basic",
            "limit_refetch_to_url_change": False,
            "framerate": 2,
        }
        errors, kind = await generic.async_test_still(hass, form)
        print(f"Home Assistant {__version__}: Generic Camera, still image: {errors or kind}")
        refused += bool(errors) or kind != "image/jpeg"
        for stream in ("stream.mp4", "hls/index.m3u8", "stream.flv"):
            errors = await generic.async_test_stream(hass, form | {"stream_source": camera + stream})
            print(f"Home Assistant {__version__}: Generic Camera, {stream}: {errors or 'taken'}")
            refused += bool(errors)
        form = {"mjpeg_url": camera + "stream.mjpg", "still_image_url": camera + "snapshot.jpg", "verify_ssl": True}
        errors, _ = await mjpeg.async_validate_input(hass, form | {"username": "", "password": ""})
        print(f"Home Assistant {__version__}: MJPEG IP Camera: {errors or 'taken'}")
        refused += bool(errors)
        await hass.async_stop(force=True)
    sys.exit(1 if refused else 0)


asyncio.run(main())
