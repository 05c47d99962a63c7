"""The ground: positions, areas, who owns which county, how long a drive takes."""
