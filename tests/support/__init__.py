"""What tests share: real databases, real servers, clients that are signed in."""
