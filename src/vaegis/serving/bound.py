"""The score of one row in memory that the session knows: to hand arrays over and back costs as much as layers do."""

from threading import Lock

import numpy as np
from onnxruntime import InferenceSession, OrtValue

from vaegis.data.arrays import TableArrays


class BoundScore:
    """One call at a time, for all share the memory. D numeric, C discrete columns, X = D + C, one row."""

    def __init__(self, session: InferenceSession, num_numeric: int, num_discrete: int) -> None:
        """Bind what the session reads, and its score."""
        self._session, self._lock = session, Lock()
        self._row = TableArrays(
            np.zeros((1, num_numeric), dtype=np.float32),
            np.zeros((1, num_discrete), dtype=np.int64),
            np.zeros((1, num_numeric + num_discrete), dtype=np.float32),
        )
        self._told_1 = np.zeros(1, dtype=np.float32)
        self._binding = session.io_binding()
        for item in session.get_inputs():
            self._binding.bind_ortvalue_input(item.name, OrtValue.ortvalue_from_numpy(getattr(self._row, item.name)))
        self._binding.bind_ortvalue_output("score_N", OrtValue.ortvalue_from_numpy(self._told_1))

    def score_1(self, row: TableArrays) -> np.ndarray:
        """Return the score of one row, shape (1,)."""
        with self._lock:
            self._row.values_ND[:] = row.values_ND
            self._row.codes_NC[:] = row.codes_NC
            self._row.observed_NX[:] = row.observed_NX
            self._session.run_with_iobinding(self._binding)
            return self._told_1.copy()
