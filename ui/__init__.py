"""How people reach the assistant: the web application and the command line."""
