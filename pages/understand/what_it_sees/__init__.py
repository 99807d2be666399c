"""What an untouched ImageNet network says of a picture that one shows it."""
