"""Wyoming: hearing, speech, wake word and the assistant for satellites and home automation on the local network."""
