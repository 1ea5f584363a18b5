"""What the assistant knows: the documents that ship and the code that reads and describes them."""
