"""What the desk does with requests, from the first call to the outcome."""
