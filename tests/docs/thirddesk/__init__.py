"""The files of docs/adding-a-desk.md. test_adding_a_desk.py puts each in its place in a copy of the
repository.
"""
