"""The collaborator network: who is tied to whom, on which records, and what follows from it."""
