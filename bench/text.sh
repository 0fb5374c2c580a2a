#!/bin/sh
# text.sh - the classifier on real messages: five folds, next to what others reach on the same file; topics and duplicates.
cd "$(dirname "$0")/.." || exit 1
data=../shared/data/messages
[ -r "$data/labelled.csv" ] || data=../../shared/data/messages
[ -r "$data/labelled.csv" ] || { echo "text: skipped, there are no messages in ../shared"; exit 0; }
echo "# five folds (a linear SVM on character 1-2-grams, held-out part: 0.924 / 0.915; TextCNN, published: 0.83)"
build/yingshao text evaluate --train "$data/labelled.csv" --folds 5
echo "# hot topics of 4,326 messages"
build/yingshao text topics --most 10 "$data/unlabelled.csv"
echo "# likely duplicates of 4,326 messages"
build/yingshao text duplicates "$data/unlabelled.csv" | wc -l
