"""What the server does besides running pages: it starts, and gets ready by itself."""
