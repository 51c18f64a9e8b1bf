"""Writes a file where it stands, and sees nothing there but itself."""

import os

print(sorted(os.listdir()))
with open("left.txt", "w", encoding="utf-8") as file:
    file.write(os.getcwd())
print(os.getcwd())
