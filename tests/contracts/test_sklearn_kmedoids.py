"""scikit-learn's own checks of an estimator."""

from sklearn.utils.estimator_checks import parametrize_with_checks

from clustering import FastPAM

RAW_FEATURES = "feeds raw features, which are no square matrix of distances, whatever the pairwise tag says"


def expected_failures(estimator):
    return {"check_clustering": RAW_FEATURES} if estimator.metric == "precomputed" else {}


@parametrize_with_checks([FastPAM(metric="euclidean"), FastPAM()], expected_failed_checks=expected_failures)
def test_scikit_learn_checks(estimator, check):
    check(estimator)
