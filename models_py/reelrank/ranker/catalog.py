"""Which columns are features: only the catalog in the database says so."""

from dataclasses import dataclass

import duckdb

from reelrank.errors import UserError
from reelrank.warehouse.sql import quote_identifier

EMBEDDING_MODEL = "ml.embedding_features"


@dataclass(frozen=True)
class Feature:
    """One row of training.feature_catalog."""

    name: str
    is_categorical: bool
    is_embedding: bool

    @property
    def expression(self) -> str:
        """The column as LightGBM takes it: a 32-bit code or a 32-bit float."""
        kind = "integer" if self.is_categorical else "float"
        column = quote_identifier(self.name)
        return f"cast({column} as {kind}) as {column}"


def read_features(con: duckdb.DuckDBPyConnection, feature_set: str) -> list[Feature]:
    """Read the features of a feature set, ordered by name.

    Raises
    ------
    UserError
        If the catalog has no feature of this set.
    """
    rows = con.execute(
        "select feature_name, kind, source_model from training.feature_catalog"
        " where list_contains(feature_sets, $feature_set) order by feature_name",
        {"feature_set": feature_set},
    ).fetchall()
    if not rows:
        raise UserError(
            f"training.feature_catalog has no feature of set {feature_set!r}.",
            "List some in the meta of a column under dbt_project/models, then: dbt run",
        )
    return [
        Feature(name, kind == "categorical", source == EMBEDDING_MODEL)
        for name, kind, source in rows
    ]
