"""What everybody may use: errors, paths, the machine, intervals; little more than the standard
library."""
