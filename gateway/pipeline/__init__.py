"""The way of a document: read, checked, acknowledged, translated. The parts meet here and nowhere else."""
