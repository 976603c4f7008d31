"""Brings a folder's index up to date: the work of a child process, see consumer.documents.caged.

Nothing here may import what takes long or reads settings.
"""
