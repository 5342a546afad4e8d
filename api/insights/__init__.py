"""The insights of the collaborator network in GraphQL: types written by hand over the rooms of ``kg.network``."""
