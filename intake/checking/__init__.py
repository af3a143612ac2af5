"""What a file is, by its content: kinds that are taken, and why another is refused.

`apart.look` asks a process of its own, which has neither keys nor a database and may write no file. Nothing here but
`words` and `viruses` needs Django.
"""
