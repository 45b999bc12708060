"""One figure, one function from a study to a picture that carries the numbers it draws."""
