"""What do flows, Zaps and blueprints say, and is it sound? One package for each platform."""
