"""Home Assistant's core without its start-up, for its components to run in."""

from homeassistant import auth, config_entries, loader
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    area_registry,
    device_registry,
    entity,
    entity_registry,
    issue_registry,
    restore_state,
    translation,
)
from homeassistant.setup import async_setup_component


async def core(folder, port):
    """Returns one whose own HTTP server has that port."""
    hass = HomeAssistant(folder)
    hass.config.skip_pip = True
    loader.async_setup(hass)
    translation.async_setup(hass)
    entity.async_setup(hass)
    hass.config_entries = config_entries.ConfigEntries(hass, {})
    for registry in (device_registry, entity_registry, area_registry, issue_registry):
        await registry.async_load(hass)
    await restore_state.async_load(hass)
    hass.auth = await auth.auth_manager_from_config(hass, [{"type": "homeassistant"}], [])
    assert await async_setup_component(hass, "http", {"http": {"server_host": "127.0.0.1", "server_port": port}})
    return hass
