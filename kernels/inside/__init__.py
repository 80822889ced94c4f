"""What runs as the kernel itself, inside the sandbox. Stdlib only at import; ipykernel comes in when called."""
