"""The course and the library as pages: staged from the repository, built by Sphinx, held against their own links."""
