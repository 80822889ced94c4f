"""What candidates are asked."""
