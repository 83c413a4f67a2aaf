"""What is known about one customer: showing all of it, and forgetting it."""
