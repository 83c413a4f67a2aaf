"""The skill package that a merchant uploads: made from the interaction model and the shop's catalogue, and checked."""
