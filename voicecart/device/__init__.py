"""The assistant at a machine's microphone: what ties the device's loop to the shop, to its screen and its keys."""
