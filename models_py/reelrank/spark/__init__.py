"""Learning on a Spark cluster, for logs that no machine holds (docs/scale.md).

ALS by MLlib; lists of candidates and scores in blocks, by the code that runs locally; trees here on
a sample of rows, or in tasks side by side. Needs requirements-spark.txt; imported only when asked.
"""
