"""The pages for people who look rather than query, a module a room."""
