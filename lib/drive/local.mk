# lib/drive
