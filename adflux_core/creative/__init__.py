"""The words and the picture of an ad, written from the posting alone."""
