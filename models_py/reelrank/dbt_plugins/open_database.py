"""Opens the database for dbt, and says in words, without a traceback, why that fails."""

from pathlib import Path

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError

from reelrank.errors import UserError
from reelrank.publication import prepare_results
from reelrank.warehouse.checks import check_results_version
from reelrank.warehouse.faults import explain_open_error


class Plugin(BasePlugin):
    """Attaches the database before dbt does, whose `attach if not exists` then has nothing to do.

    dbt-duckdb looks for a class of this name: https://github.com/duckdb/dbt-duckdb#plugins
    """

    def configure_connection(self, conn: duckdb.DuckDBPyConnection) -> None:
        """Attach what the profile names, with the tables that questions about results read."""
        for attachment in self.creds.attach or []:
            try:
                conn.execute(attachment.to_sql())
                conn.execute(f"use {attachment.alias}")
                check_results_version(conn)
                prepare_results(conn)
                conn.execute("use memory")
            except duckdb.Error as error:
                raise _refusal(explain_open_error(error, Path(attachment.path))) from error
            except UserError as error:
                raise _refusal(error) from error


def _refusal(error: UserError) -> DbtRuntimeError:
    return DbtRuntimeError(str(error))
