"""The words for what segments call by code: traits, verdicts, groups, and why there are so many."""

from __future__ import annotations

from dashboard.naming import said
from dashboard.words import mark, say

FEATURES = {
    "years_experience": mark("Years of experience"),
    "relevant_experience": mark("Relevant experience"),
    "education": mark("Education"),
    "field_of_study": mark("Field of study"),
    "studying": mark("Studying"),
    "occupation": mark("Occupation"),
    "sector": mark("Sector"),
    "seniority": mark("Seniority"),
    "skills": mark("Skills"),
    "languages": mark("Languages spoken"),
    "country": mark("Country"),
    "region": mark("Region"),
    "city": mark("City"),
    "employer_size": mark("Size of employer"),
    "years_since_change": mark("Years since last change"),
    "training_hours": mark("Training hours"),
    "hours_per_week": mark("Hours a week"),
    "salary_expectation": mark("Salary expectation"),
    "availability_days": mark("Days until available"),
}
CHOICES = {
    "as_last": mark("As many as last time: no other number explains clearly more."),
    "smallest_of_best": mark("The smallest of the stable numbers that explain about most beyond chance."),
    "none_holds": mark("No number of segments is stable and explains more than chance."),
    "too_few_people": mark("Too few candidates to tell a group from chance: at least 200 are needed."),
    "too_few_features": mark("Fewer than two traits say anything about these candidates."),
}
VERDICTS = {
    "warns": mark("Warns"),
    "blocks": mark("Left out of the model"),
    "fair": mark("Fair"),
    "adverse": mark("Leaves them out"),
    "uncertain": mark("Could be chance"),
    "insufficient data": mark("Too few to say"),
}
ATTRIBUTES = {
    "age": mark("Age"),
    "gender": mark("Sex"),
    "marital_status": mark("Marital status"),
    "origin": mark("Origin"),
    "health": mark("Health"),
}
ALGORITHMS = {
    "kmeans": mark("K-means, which makes the segments"),
    "gaussian_mixture": mark("Gaussian mixture"),
    "bisecting_kmeans": mark("Bisecting K-means"),
    "hdbscan": mark("HDBSCAN, which finds their number by itself"),
}
SEXES = {"female": mark("Women"), "male": mark("Men"), "unknown": mark("Unknown")}
GROUPS = {"under 40": mark("under 40"), "40 or more": mark("40 or more")}


def feature(code: str) -> str:
    return said(FEATURES, code)


def choice(code: str) -> str:
    return said(CHOICES, code)


def verdict(code: str) -> str:
    return said(VERDICTS, code)


def attribute(code: str) -> str:
    return said(ATTRIBUTES, code)


def group(words: str) -> str:
    """A group as the audit names it; what a file said of people stays as it was said."""
    return say(GROUPS[words]) if words in GROUPS else words


def sex(code: str) -> str:
    return said(SEXES, code)


def algorithm(code: str) -> str:
    return said(ALGORITHMS, code)
