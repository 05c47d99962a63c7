"""What a crew found and did on scene, version by version: a draft, submitted once, corrected."""
