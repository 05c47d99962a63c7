"""What every crew of an area must look out for until an instant, such as a missing child."""
