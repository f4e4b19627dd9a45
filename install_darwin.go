package main

// userData is Jupyter's data directory below the home directory.
const userData = "Library/Jupyter"
