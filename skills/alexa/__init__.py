"""The shop as an Alexa skill: verification, translation, events and the skill package. No web framework in here."""
