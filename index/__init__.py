"""How the documents are found: passages, embeddings, Chroma, lexical search, retriever, sync."""
