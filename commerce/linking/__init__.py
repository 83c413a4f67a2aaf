"""Speakers and devices that act for a customer: how they are let in, what they may do, how they are sent away."""
