"""Addresses: documents that are fetched from the web, stored as files with their address, and looked at again."""
