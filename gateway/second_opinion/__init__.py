"""What pyx12, another program, says of the same files by the same definitions; `engine` alone imports it.

An edge: pyx12 reads its maps from files. A verdict of the gateway never rests on it.
"""
