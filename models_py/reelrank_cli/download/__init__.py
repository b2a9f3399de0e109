"""Fetch the real KuaiRec: download, verify, unpack, put in place. Standard library only.

`bash scripts/download_data.sh` is the way in; `job.run` is the table of contents.
"""
