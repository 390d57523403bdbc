"""What travels between the stages: frozen records, the closed vocabularies, and the ports. No behaviour, no I/O."""
