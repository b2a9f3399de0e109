"""The whole job behind `bash scripts/run.sh`: data, dbt build, training, report, results."""
