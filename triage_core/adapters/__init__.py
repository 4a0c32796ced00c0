"""What stands behind the ports: databases and other machines. Only `compose` imports from here."""
