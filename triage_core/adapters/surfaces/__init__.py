"""How does the service itself send to each surface? One module for each."""
