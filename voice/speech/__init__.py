"""Text to sound: a synthesiser in a child program, sentence by sentence, and playback that stops at once."""
