"""scikit-learn's own checks of every estimator."""

from sklearn.utils.estimator_checks import parametrize_with_checks

from clustering import (
    CLARA,
    CLARANS,
    PAM,
    AlternatingKMedoids,
    FastCLARANS,
    FasterPAM,
    FastPAM,
    LargeKMedoids,
    OneBatchPAM,
)

RAW_FEATURES = "feeds raw features, which are no square matrix of distances, whatever the pairwise tag says"
REPEATED_DRAWS = "draws from weighted samples and from repeated ones cannot be the same"

ESTIMATORS = [
    FastPAM(metric="euclidean"),
    FastPAM(),
    FastPAM(metric="manhattan", variant="fastpam2"),
    FasterPAM(metric="euclidean", init="build"),
    FasterPAM(metric="euclidean"),
    FasterPAM(metric="gower"),
    PAM(metric="euclidean", n_clusters=3),
    AlternatingKMedoids(metric="euclidean"),
    CLARA(metric="euclidean"),
    CLARANS(metric="euclidean"),
    FastCLARANS(metric="cosine"),
    FastCLARANS(),
    OneBatchPAM(metric="euclidean"),
    LargeKMedoids(metric="euclidean"),
]
DRAWING = (CLARANS, FastCLARANS, OneBatchPAM, LargeKMedoids)


def expected_failures(estimator):
    failures = {"check_clustering": RAW_FEATURES} if estimator.metric == "precomputed" else {}
    if isinstance(estimator, DRAWING) or estimator.init in ("random", "k-medoids++"):
        failures["check_sample_weight_equivalence_on_dense_data"] = REPEATED_DRAWS
        failures["check_sample_weight_equivalence_on_sparse_data"] = REPEATED_DRAWS
    if estimator.metric == "gower":
        failures["check_dtype_object"] = "takes tables of anything that can be compared"
        failures["check_estimators_pickle"] = "makes rows that have no known feature in common"
    return failures


@parametrize_with_checks(ESTIMATORS, expected_failed_checks=expected_failures)
def test_scikit_learn_checks(estimator, check):
    check(estimator)
