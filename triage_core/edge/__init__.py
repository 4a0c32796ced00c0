"""How do requests reach the services, whatever carries them? One table, one dispatcher, thin edges around it."""
