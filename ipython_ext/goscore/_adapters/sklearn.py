"""scikit-learn: a Go function as a step of a pipeline."""

from __future__ import annotations

from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from .._errors import ArgumentTypeError, ArgumentValueError
from .batches import Batches, column_names, frame_of, opened, position

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .._data.input import Input
    from .function import Function


class GoTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """A Go function that makes features of columns; `goscore.transformer` returns one.

    Attributes
    ----------
    function : GoFunction
    columns : list of str or int, or None
    arguments : dict or None
        Options of the calls, and values of parameters that are no columns.
    """

    def __init__(
        self,
        function: Function,
        columns: Sequence[str | int] | None = None,
        arguments: dict[str, Any] | None = None,
    ) -> None:
        self.function = function
        self.columns = columns
        self.arguments = arguments

    def fit(self, X: Any, y: Any = None) -> GoTransformer:
        """Look at the columns; nothing is learned from their values."""
        if self.function.kind == "aggregate":
            raise ArgumentTypeError(
                f"{self.function.__name__} is an aggregate function, which has no value for each row"
            )
        validate_data(self, X, skip_check_array=True)
        # Vector functions and scans may need rows.
        features = self._features(X[:0] if self.function.kind in ("scalar", "row") else X)
        self.names_ = [str(label) for label in opened(self.function, features).labels]
        return self

    def transform(self, X: Any) -> Any:
        """Call the function on columns of *X*.

        Returns
        -------
        frame or ndarray of two dimensions
            In the library of *X*, unless ``set_output`` says another.
        """
        check_is_fitted(self)
        validate_data(self, X, reset=False, skip_check_array=True)
        features = self._features(X)
        return _matrix(features) if isinstance(features, dict) else features

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        """Return the names of what `transform` gives."""
        check_is_fitted(self)
        return np.asarray(self.names_, dtype=object)

    def _features(self, X: Any) -> Any:
        """Return the results, as a frame or a dict of arrays."""
        function, arguments = self.function, dict(self.arguments or {})
        bound = opened(function, _columns(X) if isinstance(X, np.ndarray) else X)
        chosen = self._chosen(bound)
        names = column_names(function, arguments)
        if len(names) == 1 and function.kind != "row":
            return self._each(bound, chosen, names[0], arguments)
        if self.columns is not None or isinstance(X, np.ndarray):
            if len(names) != len(chosen):
                raise ArgumentValueError(
                    f"{function.__name__} takes {len(names)} columns ({', '.join(names)}), and "
                    f"{len(chosen)} are there: say which in columns="
                )
        else:
            names = [name for name, _ in chosen]
        columns = [column for _, column in chosen]
        frame = frame_of(bound, dict(zip(names, columns, strict=True)))
        return Batches(function)(frame, **arguments)

    def _each(
        self,
        bound: Input,
        chosen: list[tuple[str, Any]],
        parameter: str,
        arguments: Mapping[str, Any],
    ) -> Any:
        """Call a function of one column on each of several."""
        features = {}
        names = [name for name, _ in chosen]
        if again := next((name for name in names if names.count(name) > 1), None):
            raise ArgumentValueError(f"columns= has {again!r} twice")
        for name, column in chosen:
            batch = Batches(self.function)(frame_of(bound, {parameter: column}), **arguments)
            result = opened(self.function, batch)
            assert result.column is not None
            for at, label in enumerate(result.columns):
                single = label == self.function.__name__
                features[name if single else f"{name}_{label}"] = result.column(at)
        return frame_of(bound, features)

    def _chosen(self, bound: Input) -> list[tuple[str, Any]]:
        """Return the columns that ``columns=`` names, by name or position; without it, all."""
        assert bound.column is not None
        labels = range(len(bound.labels)) if self.columns is None else self.columns
        columns = []
        for label in labels:
            at = position(self.function, bound, label) if isinstance(label, str) else index(label)
            columns.append((bound.columns[at], bound.column(at)))
        return columns


def _matrix(columns: dict[str, np.ndarray]) -> np.ndarray:
    """Put columns beside each other, with their masks, in a type that holds the values of all."""
    arrays = list(columns.values())
    stack = np.column_stack
    if any(isinstance(array, np.ma.MaskedArray) for array in arrays):
        stack = np.ma.column_stack
    matrix = stack(arrays)
    for at, (name, array) in enumerate(columns.items()):
        if array.dtype.kind in "iu" and matrix.dtype.kind == "f":
            rounded = [int(value) for value in matrix[:, at].tolist() if value is not None]
            if rounded != [value for value in array.tolist() if value is not None]:
                raise ArgumentValueError(
                    f"the column {name} has integers that the floats beside it do not hold: take "
                    f'its columns apart, or .set_output(transform="pandas")'
                )
    return matrix


def _columns(matrix: np.ndarray) -> dict[str, Any]:
    return {f"x{at}": column for at, column in enumerate(matrix.T)}
