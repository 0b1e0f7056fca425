"""home-assistant-mqtt.py BROKER-PORT PERCH-PID HTTP-PORT: what Home Assistant's own integration MQTT makes of what Perch tells a broker.

Waits for the camera's two entities, takes a picture, and ends the Perch of that process: both are to become unavailable. Ends with 1 if something is missing.
"""

import asyncio
import os
import pathlib
import signal
import sys
import tempfile

from hass import core
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import __version__
from homeassistant.helpers import device_registry, entity_registry

broker, perch, port = (int(word) for word in sys.argv[1:4])


def entities(hass):
    return {state.entity_id.split(".")[0]: state for state in hass.states.async_all(("camera", "binary_sensor"))}


async def until(seen, hass):
    """Waits two minutes at most."""
    for _ in range(240):
        if seen(entities(hass)):
            return True
        await asyncio.sleep(0.5)
    print(f"Home Assistant {__version__}: {entities(hass)}", file=sys.stderr)
    return False


async def picture(hass, entity):
    """The broker keeps none, so the next one is waited for."""
    from homeassistant.components import camera

    for _ in range(120):
        try:
            return await camera.async_get_image(hass, entity)
        except Exception:  # its own word for a camera that has none yet
            await asyncio.sleep(0.5)
    return None


async def main():
    with tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "configuration.yaml").touch()
        hass = await core(folder, port)
        data = {"broker": "127.0.0.1", "port": broker, "username": "perch", "password": "m0squ1t0"}
        entry = ConfigEntry(version=1, minor_version=1, domain="mqtt", title="broker", data=data, source="user")
        await hass.config_entries.async_add(entry)
        well = await until(lambda all: "camera" in all and "binary_sensor" in all and all["binary_sensor"].state == "on", hass)
        if well:
            found = entities(hass)
            device = device_registry.async_get(hass).async_get(
                entity_registry.async_get(hass).async_get(found["camera"].entity_id).device_id
            )
            names = f"{found['camera'].entity_id} and {found['binary_sensor'].entity_id} of {device.manufacturer}'s \"{device.name}\""
            print(f"Home Assistant {__version__}: MQTT finds {names}, which is {found['camera'].attributes['camera_state']}")
            image = await picture(hass, found["camera"].entity_id)
            well = image is not None and image.content[:3] == b"\xff\xd8\xff"
            print(f"Home Assistant {__version__}: MQTT, a picture: {'shown' if well else 'none'}")
            os.kill(perch, signal.SIGKILL)
            away = await until(lambda all: {state.state for state in all.values()} == {"unavailable"}, hass)
            print(f"Home Assistant {__version__}: MQTT, Perch is killed: {'unavailable' if away else 'not noticed'}")
            well = well and away
        await hass.async_stop(force=True)
    sys.exit(0 if well else 1)


asyncio.run(main())
