"""What is generated from the contract's tables? Documents for platforms and readers, each by a module of its own."""
